// The exceptions that xgrad throws: one base, one type for each kind of mistake.
// Not here: the checks themselves; they stand where the operation is.
#pragma once

#include <exception>
#include <string>
#include <utility>

namespace xgrad {

/// Base of all errors of this library. The message reads `op: what is wrong: got ..., want ...`, then the operands and
/// the file and line of the call in the user's code, where they are known.
class Error : public std::exception {
 public:
  explicit Error(std::string message) : message_(std::move(message)) {}
  const char* what() const noexcept override { return message_.c_str(); }
  const std::string& message() const noexcept { return message_; }
  /// Replaces the message; used while an exception travels up, to say where it came from.
  void set_message(std::string message) { message_ = std::move(message); }

 private:
  std::string message_;
};

/// Shapes or numbers of axes do not fit.
class ShapeError : public Error {
  using Error::Error;
};
/// Element types do not fit.
class DtypeError : public Error {
  using Error::Error;
};
/// An axis or an index lies outside its range.
class IndexError : public Error {
  using Error::Error;
};
/// An argument has a value that the operation does not take.
class ValueError : public Error {
  using Error::Error;
};
/// The tape cannot do what was asked: no graph, a graph used up, a write into a graph.
class GraphError : public Error {
  using Error::Error;
};
/// A value saved for the backward pass was overwritten in place.
class VersionError : public Error {
  using Error::Error;
};
/// A file's contents are not what its format demands.
class FormatError : public Error {
  using Error::Error;
};
/// A file cannot be read or written.
class IoError : public Error {
  using Error::Error;
};

}  // namespace xgrad
