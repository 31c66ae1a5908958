# Tests of the app's side of the spool use a whole tablet (tests/lib/tablet.h).
get_property(all_targets DIRECTORY PROPERTY BUILDSYSTEM_TARGETS)
foreach(target ${all_targets})
    if(target MATCHES "^sync_spool_test_")
        target_link_libraries(${target} PRIVATE testtablet)
    endif()
endforeach()

# The real disk, made slow or full at will.
add_library(testshim STATIC ${CMAKE_SOURCE_DIR}/tests/lib/disk_shim.c)
target_include_directories(testshim PUBLIC ${CMAKE_SOURCE_DIR})
target_link_libraries(testshim PUBLIC PkgConfig::sqlite3)
foreach(target sync_server_import_test_slices sync_server_import_test_slices_paid
        sync_server_api_test_full_disk)
    if(TARGET ${target})
        target_link_libraries(${target} PRIVATE testshim)
    endif()
endforeach()

# Headquarters' disk in memory, cut at any write: those of the simulator.
foreach(target sync_server_store_test_migrate sync_server_store_test_vault)
    if(TARGET ${target})
        target_sources(${target} PRIVATE ${CMAKE_SOURCE_DIR}/tests/sim/disk.c
            ${CMAKE_SOURCE_DIR}/tests/sim/disk_bytes.c ${CMAKE_SOURCE_DIR}/tests/sim/disk_fate.c
            ${CMAKE_SOURCE_DIR}/tests/sim/disk_os.c ${CMAKE_SOURCE_DIR}/tests/sim/disk_vfs.c)
        target_link_libraries(${target} PRIVATE PkgConfig::sqlite3)
    endif()
endforeach()

# The program itself is looked at.
if(TARGET sync_verify_test_verify AND TARGET doorstep-verify)
    add_dependencies(sync_verify_test_verify doorstep-verify)
endif()

# What a tablet of this version sends, recorded once when the version is released: see the
# program's head. `ninja corpus` keeps what is there.
add_executable(record_corpus EXCLUDE_FROM_ALL ${CMAKE_SOURCE_DIR}/tests/sync/proto/corpus.c)
room_target(proto_target sync/proto)
target_link_libraries(record_corpus PRIVATE ${proto_target})
set(corpus_folder ${CMAKE_SOURCE_DIR}/tests/golden/wire/${PROJECT_VERSION})
add_custom_target(corpus COMMAND ${CMAKE_COMMAND} -E make_directory ${corpus_folder}
    COMMAND record_corpus ${corpus_folder}/corpus.txt)
# Hundreds of seeds: with the simulator's stand-in for curves.
if(TARGET sync_server_api_test_converge)
    target_sources(sync_server_api_test_converge PRIVATE
        ${CMAKE_SOURCE_DIR}/tests/sim/fast_crypto.c)
    target_link_libraries(sync_server_api_test_converge PRIVATE PkgConfig::libsodium)
endif()
