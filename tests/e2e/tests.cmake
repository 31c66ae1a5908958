add_test(NAME e2e/story COMMAND ${PYTHON3} ${CMAKE_SOURCE_DIR}/tests/e2e/story.py
                                ${CMAKE_SOURCE_DIR} ${CMAKE_BINARY_DIR})
# Real processes and real kills: alone, so that its waits are not other tests' load.
set_tests_properties(e2e/story PROPERTIES RUN_SERIAL TRUE TIMEOUT 600 LABELS release)
add_test(NAME e2e/storm COMMAND ${PYTHON3} ${CMAKE_SOURCE_DIR}/tests/e2e/storm.py
                                ${CMAKE_SOURCE_DIR} ${CMAKE_BINARY_DIR})
set_tests_properties(e2e/storm PROPERTIES RUN_SERIAL TRUE TIMEOUT 600 LABELS release)
add_test(NAME e2e/carry COMMAND ${PYTHON3} ${CMAKE_SOURCE_DIR}/tests/e2e/carry.py ${CMAKE_BINARY_DIR})
