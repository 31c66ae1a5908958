# The session's store on the real disk, made full at will.
if(TARGET app_session_test_full_disk)
    target_link_libraries(app_session_test_full_disk PRIVATE testshim)
endif()

# The layout of every screen in every combination; the suite leaves out those that can tell
# nothing new.
if(TARGET app_session_test_layout)
    add_test(NAME app/session/layout_whole COMMAND app_session_test_layout)
    set_tests_properties(app/session/layout_whole PROPERTIES
        LABELS "release;long" ENVIRONMENT DOORSTEP_PART=1/1)
endif()

# The layout of every screen once more, in a pseudo-locale with longer texts. What a program
# defines itself is not taken from the room's library.
if(TARGET app_session_test_layout)
    add_custom_command(
        OUTPUT ${GENERATED}/tests/pseudo_texts.c
        COMMAND ${CMAKE_COMMAND} -E make_directory ${GENERATED}/tests
        COMMAND ${PYTHON3} ${CMAKE_SOURCE_DIR}/tests/app/pseudo.py
                ${GENERATED}/app/i18n/texts.c ${GENERATED}/tests/pseudo_texts.c
        DEPENDS ${CMAKE_SOURCE_DIR}/tests/app/pseudo.py ${GENERATED}/app/i18n/texts.c
        COMMENT "longer texts" VERBATIM)
    add_executable(app_session_pseudo_layout ${CMAKE_SOURCE_DIR}/tests/app/session/test_layout.c
                   ${GENERATED}/tests/pseudo_texts.c)
    target_link_libraries(app_session_pseudo_layout PRIVATE testlib room_app_session)
    target_compile_definitions(app_session_pseudo_layout PRIVATE PSEUDO
        TESTS_FOLDER="${CMAKE_SOURCE_DIR}/tests" BUILD_FOLDER="${CMAKE_BINARY_DIR}")
    add_test(NAME app/session/pseudo_layout COMMAND app_session_pseudo_layout)
    add_test(NAME app/session/pseudo_layout_whole COMMAND app_session_pseudo_layout)
    set_tests_properties(app/session/pseudo_layout_whole PROPERTIES
        LABELS "release;long" ENVIRONMENT DOORSTEP_PART=1/1)
endif()
