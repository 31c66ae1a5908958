/* sync/server/store/page_cache.h -- SQLite's page cache, for a big cache and small commits.
 *
 * SQLite's own walks over every page of the cache at almost every commit: balancing a tree
 * gives a page the number of the lock page (262,145) for a moment, the cache remembers that
 * as its greatest number, and the commit, which forgets pages past the end of the file, then
 * looks for such pages everywhere. With 256 MB of pages that was a fifth of the CPU of a
 * server under load. This one knows that the number was given back.
 *
 * For sqlite3_config(SQLITE_CONFIG_PCACHE2); the contract is SQLite's (sqlite3_pcache_methods2).
 * A cache is used by one thread at a time; caches share nothing. Memory is given back when a
 * cache is destroyed, and never grows past the cache size of its connection but for pages in
 * use. */
#pragma once

#include <sqlite3.h>

extern const sqlite3_pcache_methods2 page_cache_methods;
