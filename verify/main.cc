#include <iostream>

#include "verify/run.h"

int main(int argc, char** argv) { return fosse::verify::Run(argc, argv, std::cout, std::cerr); }
