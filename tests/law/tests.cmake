# The long run of what must hold for whatever facts and bytes; the short one is in every suite.
add_test(NAME law/million COMMAND ${CMAKE_COMMAND} -E env DOORSTEP_LAW_SETS=1000000
         $<TARGET_FILE:sync_server_policy_test_law_properties>)
add_test(NAME law/fuzz_long COMMAND ${CMAKE_COMMAND} -E env DOORSTEP_LAW_FUZZ=20000
         $<TARGET_FILE:sync_server_policy_test_law_fuzz>)
set_tests_properties(law/million law/fuzz_long PROPERTIES LABELS "release;long" TIMEOUT 1200)
