# The session's store on the real disk, made full at will.
if(TARGET app_session_test_full_disk)
    target_link_libraries(app_session_test_full_disk PRIVATE testshim)
endif()
