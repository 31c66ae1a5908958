# The whole product: the real programs, each test in folders of its own. Built by gcc only: what
# is shown here is how processes live and die, not how memory is used (label "release").
room_target(store_target core/store)
room_target(vault_target core/vault)
add_executable(e2e_plain_store ${CMAKE_CURRENT_LIST_DIR}/plain_store.c)
target_include_directories(e2e_plain_store PRIVATE ${CMAKE_SOURCE_DIR})
target_link_libraries(e2e_plain_store PRIVATE ${store_target} ${vault_target})

function(e2e NAME)
    cmake_parse_arguments(E2E "" "TIMEOUT" "COMMAND" ${ARGN})
    list(POP_FRONT E2E_COMMAND script)
    add_test(NAME ${NAME} COMMAND ${PYTHON3} ${CMAKE_SOURCE_DIR}/tests/e2e/${script}
                                  ${CMAKE_SOURCE_DIR} ${CMAKE_BINARY_DIR} ${E2E_COMMAND})
    set_tests_properties(${NAME} PROPERTIES TIMEOUT ${E2E_TIMEOUT} LABELS release)
endfunction()

e2e(e2e/story TIMEOUT 600 COMMAND story.py)
e2e(e2e/storm TIMEOUT 900 COMMAND storm.py)
e2e(e2e/weak_link TIMEOUT 900 COMMAND weak_link.py)
e2e(e2e/kills TIMEOUT 600 COMMAND kills.py)
e2e(e2e/window TIMEOUT 300 COMMAND window.py)
e2e(e2e/scan TIMEOUT 600 COMMAND scan.py)
e2e(e2e/scan_week TIMEOUT 1800 COMMAND scan.py --days 7)
set_tests_properties(e2e/scan_week PROPERTIES LABELS "release;long")
e2e(e2e/damaged TIMEOUT 600 COMMAND damaged.py)
e2e(e2e/keys TIMEOUT 600 COMMAND keys.py)
e2e(e2e/people TIMEOUT 600 COMMAND people.py)
e2e(e2e/certificate TIMEOUT 600 COMMAND certificate.py)
e2e(e2e/law TIMEOUT 600 COMMAND law.py)
e2e(e2e/card TIMEOUT 300 COMMAND card.py)
# Real kills and real waits: alone, so that they are not other tests' load.
# First of all, for the other core has a build to do then (.ci/run).
set_tests_properties(e2e/story e2e/storm e2e/weak_link e2e/kills e2e/window e2e/keys e2e/people
                     PROPERTIES RUN_SERIAL TRUE COST 1000)
# A machine without network namespaces, or without an X server, says so and is passed over.
set_tests_properties(e2e/weak_link e2e/window PROPERTIES SKIP_RETURN_CODE 77)

# What users of field systems complain about most, by number.
foreach(number RANGE 1 25)
    if(number LESS 10)
        set(name 0${number})
    else()
        set(name ${number})
    endif()
    e2e(complaints/${name} TIMEOUT 300 COMMAND complaints.py ${number})
endforeach()
