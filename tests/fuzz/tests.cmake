# Bytes changed at random, from seeds, against whatever reads bytes of others.
set(FUZZ ${CMAKE_SOURCE_DIR}/tests/fuzz)
add_executable(fuzz_wire ${FUZZ}/test_fuzz_wire.c ${FUZZ}/open_crypto.c)
target_link_libraries(fuzz_wire PRIVATE testlib room_sync_proto)
add_test(NAME fuzz/wire COMMAND fuzz_wire)
