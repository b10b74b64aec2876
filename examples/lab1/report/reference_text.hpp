// The text of reference.json inside of the program.
// Not here: its reading (reference.cpp).
#pragma once

namespace lab1 {

extern const char* const reference_text;

}  // namespace lab1
