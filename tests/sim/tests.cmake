# The fleet simulator: the tablet's and headquarters' rooms in one program, over simulated disks,
# clocks and network. Its own core/os stands before the real one.
set(SIM ${CMAKE_SOURCE_DIR}/tests/sim)
file(GLOB sim_sources CONFIGURE_DEPENDS ${SIM}/*.c)
list(FILTER sim_sources EXCLUDE REGEX "/(main|fast_crypto|test_.*)\\.c$")

add_library(sim OBJECT ${sim_sources})
target_include_directories(sim PUBLIC ${CMAKE_SOURCE_DIR})
foreach(room core/base core/journey sync/client sync/spool sync/server/api)
    room_target(target ${room})
    target_link_libraries(sim PUBLIC ${target})
endforeach()
target_link_libraries(sim PUBLIC PkgConfig::sqlite3 PkgConfig::libsodium)
# Tablets of several versions run in one process.
target_link_options(sim PUBLIC -Wl,--wrap=version_own)

add_executable(fleet ${SIM}/main.c $<TARGET_OBJECTS:sim>)
target_link_libraries(fleet PRIVATE sim)

# The same with a stand-in for curves, for long runs: see fast_crypto.c.
add_executable(fleet_fast ${SIM}/main.c ${SIM}/fast_crypto.c $<TARGET_OBJECTS:sim>)
target_link_libraries(fleet_fast PRIVATE sim)
add_executable(sim_test_fast_crypto ${SIM}/test_fast_crypto.c ${SIM}/fast_crypto.c)
target_link_libraries(sim_test_fast_crypto PRIVATE testlib room_sync_proto room_core_store)
add_test(NAME sim/fast_crypto COMMAND sim_test_fast_crypto)

# One tablet and headquarters over a network that fails at a chosen call.
add_executable(sim_test_faults_conversation ${SIM}/test_faults_conversation.c)
target_link_libraries(sim_test_faults_conversation PRIVATE testtablet room_sync_spool
                      room_sync_client room_sync_server_api)
add_test(NAME sim/test_faults_conversation COMMAND sim_test_faults_conversation)

# The same verdict on both sides of the stores, the wire and the merge.
add_executable(sim_test_same_verdict ${SIM}/test_same_verdict.c)
room_target(command_target sync/server/command)
target_link_libraries(sim_test_same_verdict PRIVATE testtablet room_sync_spool room_sync_client
                      ${command_target})
add_test(NAME sim/test_same_verdict COMMAND sim_test_same_verdict)

# Seeds of a few seconds; long runs are done by hand. With sanitizers fewer of them.
if(DOORSTEP_SANITIZE)
    set(sim_seeds 12)
    set(sim_short 4)
    set(sim_monday 20)
    set(sim_twice 3)
else()
    set(sim_seeds 48)
    set(sim_short 12)
    set(sim_monday 150)
    set(sim_twice 8)
endif()
add_test(NAME sim/fleet COMMAND fleet_fast --no-shrink --seed 1 --seeds ${sim_seeds})
add_test(NAME sim/true_curves COMMAND fleet --no-shrink --seed 5001 --seeds ${sim_twice})
add_test(NAME sim/determinism COMMAND fleet_fast --seed 7001 --seeds ${sim_twice} --twice)
# What once went wrong, as short as it could be made.
file(GLOB sim_scripts CONFIGURE_DEPENDS ${SIM}/scripts/*.txt)
foreach(script ${sim_scripts})
    get_filename_component(name ${script} NAME_WE)
    add_test(NAME sim/script/${name} COMMAND fleet_fast --no-shrink --script ${script})
endforeach()
add_test(NAME sim/week COMMAND fleet_fast --scenario week --seed 1 --seeds 2)
add_test(NAME sim/monday COMMAND fleet_fast --scenario monday --seed 1 --tablets ${sim_monday})
add_test(NAME sim/lost COMMAND fleet_fast --scenario lost --no-shrink --seed 1 --seeds ${sim_short})
add_test(NAME sim/forged COMMAND fleet_fast --scenario forged --no-shrink --seed 1 --seeds ${sim_short})
add_test(NAME sim/rotten COMMAND fleet_fast --scenario rotten --no-shrink --seed 1 --seeds ${sim_short})
add_test(NAME sim/decay COMMAND fleet_fast --scenario decay --no-shrink --seed 1 --seeds ${sim_short})
add_test(NAME sim/holders COMMAND fleet_fast --scenario holders --no-shrink --seed 1 --seeds ${sim_short})
add_test(NAME sim/starved COMMAND fleet_fast --scenario starved --no-shrink --seed 1 --seeds ${sim_short})
set_tests_properties(sim/lost sim/forged sim/rotten sim/decay sim/holders sim/starved
                     PROPERTIES TIMEOUT 900)
set_tests_properties(sim/fleet sim/true_curves sim/determinism sim/week sim/monday
                     PROPERTIES TIMEOUT 900)

# Broken programs are caught: see mutants.def. By the commands of Ninja, and as fast as it goes.
if(CMAKE_GENERATOR STREQUAL "Ninja" AND CMAKE_C_COMPILER_ID STREQUAL "GNU" AND NOT DOORSTEP_SANITIZE)
    # In the suite, one of each kind that shows itself at once; some of the others need many seeds.
    set(sim_mutants device_synchronous_normal lost_envelope_stays_sealed
        rechain_prunes_what_was_confirmed page_without_its_cursor hq_synchronous_off
        hq_no_id_check hq_never_withdraws)
    list(TRANSFORM sim_mutants PREPEND "--only;")
    add_test(NAME sim/mutants COMMAND ${PYTHON3} ${SIM}/mutants.py ${CMAKE_SOURCE_DIR} ${CMAKE_BINARY_DIR}
                                      --seeds 100 ${sim_mutants})
    add_test(NAME sim/mutants_all COMMAND ${PYTHON3} ${SIM}/mutants.py ${CMAKE_SOURCE_DIR} ${CMAKE_BINARY_DIR})
    set_tests_properties(sim/mutants sim/mutants_all PROPERTIES TIMEOUT 1800 PROCESSORS 2)
    set_tests_properties(sim/mutants_all PROPERTIES LABELS long)
endif()
