# The system's python3: it is the one that has the packaged modules.
find_program(PYTHON3 NAMES python3 PATHS /usr/bin NO_DEFAULT_PATH REQUIRED)
add_test(NAME tidy/rules COMMAND ${PYTHON3} ${CMAKE_SOURCE_DIR}/tests/tidy/test_tidy.py)
add_test(NAME tidy/house COMMAND ${PYTHON3} ${CMAKE_SOURCE_DIR}/tests/tidy/tidy.py
                                 ${CMAKE_SOURCE_DIR} ${CMAKE_BINARY_DIR})
