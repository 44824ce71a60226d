# Everything that reuses the precompiled header must be compiled alike, so all options live on `flags`.
add_library(flags INTERFACE)
target_compile_options(flags INTERFACE -Wall -Wextra -Wconversion -Wshadow -Werror)
target_compile_definitions(flags INTERFACE
  BOOST_ASIO_SEPARATE_COMPILATION BOOST_BEAST_SEPARATE_COMPILATION BOOST_ASIO_NO_DEPRECATED)
target_link_options(flags INTERFACE -fuse-ld=lld)
if(SANITIZE)
  target_compile_options(flags INTERFACE -fsanitize=${SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  target_link_options(flags INTERFACE -fsanitize=${SANITIZE})
endif()
if(FUZZ)
  target_compile_options(flags INTERFACE -fsanitize=fuzzer-no-link)
endif()

add_library(boost_impl STATIC ${PROJECT_SOURCE_DIR}/cmake/boost_impl.cpp)
target_link_libraries(boost_impl PUBLIC flags Boost::headers OpenSSL::SSL Threads::Threads)

add_library(common INTERFACE)
target_link_libraries(common INTERFACE flags boost_impl Boost::json PkgConfig::PQ spdlog::spdlog fmt::fmt)

add_library(pch OBJECT ${PROJECT_SOURCE_DIR}/cmake/pch.cpp)
target_precompile_headers(pch PRIVATE ${PROJECT_SOURCE_DIR}/cmake/pch.h)
target_compile_options(pch PRIVATE -fpch-instantiate-templates)
target_link_libraries(pch PRIVATE common)
