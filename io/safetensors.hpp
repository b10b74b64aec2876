// Tensors in files of the safetensors format, which PyTorch, JAX and others read and write too.
// Not here: which tensors make up a model (nn::Module), text formats (data/csv.hpp).
#pragma once

#include <xgrad/autodiff/tensor.hpp>

#include <map>
#include <string>
#include <utility>
#include <vector>

namespace xgrad::io {

/// Tensors under unique names, in an order that files keep.
using NamedTensors = std::vector<std::pair<std::string, Tensor>>;
/// Free text about a file.
using Metadata = std::map<std::string, std::string>;

/// Writes tensors of any shape and layout, bit for bit: a header of JSON, then their row-major memory, little-endian,
/// each tensor at a multiple of its element size. The file appears whole or not at all (write_file).
/// Errors: ValueError for a name that occurs twice, is "__metadata__" or no UTF-8, for an undefined tensor and for a
/// header of more than 100 MB; IoError.
/// Source: the format's specification, https://huggingface.co/docs/safetensors
void save_safetensors(const std::string& path, const NamedTensors& tensors, const Metadata& metadata = {});

/// The tensors of a file in the order of its header, as constants; its metadata goes to `metadata` unless null. Every
/// byte of the file must be as the specification says.
/// Errors: FormatError with the file and the tensor, also for dtypes other than BOOL, I64, F32 and F64 and for more
/// than 8 axes; IoError.
NamedTensors load_safetensors(const std::string& path, Metadata* metadata = nullptr);

}  // namespace xgrad::io
