add_test(NAME tidy/rules COMMAND ${PYTHON3} ${CMAKE_SOURCE_DIR}/tests/tidy/test_tidy.py)
add_test(NAME tidy/house COMMAND ${PYTHON3} ${CMAKE_SOURCE_DIR}/tests/tidy/tidy.py
                                 ${CMAKE_SOURCE_DIR} ${CMAKE_BINARY_DIR})
add_test(NAME tidy/parsers_rules COMMAND ${PYTHON3} ${CMAKE_SOURCE_DIR}/tests/tidy/parsers.py --self)
add_test(NAME tidy/parsers COMMAND ${PYTHON3} ${CMAKE_SOURCE_DIR}/tests/tidy/parsers.py ${CMAKE_SOURCE_DIR})
if(NOT DOORSTEP_SANITIZE)
    add_test(NAME tidy/kind_needs_handler
             COMMAND ${PYTHON3} ${CMAKE_SOURCE_DIR}/tests/tidy/test_kind_needs_handler.py
                     ${CMAKE_SOURCE_DIR} ${CMAKE_BINARY_DIR} ${CMAKE_C_COMPILER})
endif()
