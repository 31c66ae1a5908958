add_test(NAME tidy/rules COMMAND ${PYTHON3} ${CMAKE_SOURCE_DIR}/tests/tidy/test_tidy.py)
add_test(NAME tidy/house COMMAND ${PYTHON3} ${CMAKE_SOURCE_DIR}/tests/tidy/tidy.py
                                 ${CMAKE_SOURCE_DIR} ${CMAKE_BINARY_DIR})
