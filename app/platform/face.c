#include "app/platform/face.h"
#include "app/platform/raster_hash.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    FACE_INDEX_SC = 2, /* JP, KR, SC, TC, HK in Noto's collections */
    OPEN_SIZE = 20,
};

static const char *const text_folders[] = {
    "/usr/share/fonts/opentype/noto",   "/usr/share/fonts/noto-cjk",
    "/usr/share/fonts/google-noto-cjk", "/usr/share/fonts/truetype/noto",
    "/usr/local/share/fonts",
};
static const char *const icon_folders[] = {
    "/usr/share/fonts/truetype/material-design-icons-iconfont",
    "/usr/share/fonts/material-icons",
    "/usr/local/share/fonts",
};
static const struct {
    const char *file;
    int index;
    const char *const *folders;
    size_t folder_count;
} face_files[FACE_COUNT] = {
    [FACE_regular] = {"NotoSansCJK-Regular.ttc", FACE_INDEX_SC, text_folders, COUNT(text_folders)},
    [FACE_bold] = {"NotoSansCJK-Bold.ttc", FACE_INDEX_SC, text_folders, COUNT(text_folders)},
    [FACE_icon] = {"MaterialIcons-Regular.ttf", 0, icon_folders, COUNT(icon_folders)},
};

static bool file_try(struct arena *arena, const char *folder, int face, struct face_set *set)
{
    if (folder == NULL || folder[0] == '\0') {
        return false;
    }
    set->paths[face] = str_format(arena, "%s/%s", folder, face_files[face].file);
    return access(set->paths[face], R_OK) == 0;
}

static bool file_find(struct arena *arena, const char *folder, int face, struct face_set *set)
{
    bool is_found = file_try(arena, folder, face, set) ||
                    file_try(arena, getenv("DOORSTEP_FONT_DIR"), face, set);
    for (size_t i = 0; !is_found && i < face_files[face].folder_count; i++) {
        is_found = file_try(arena, face_files[face].folders[i], face, set);
    }
    return is_found;
}

enum err face_find(struct arena *program, const char *folder, struct face_set *set,
                   const char **problem_out)
{
    if (TTF_Init() != 0) {
        *problem_out = str_format(program, "SDL_ttf: %s", TTF_GetError());
        return ERR_io;
    }
    for (int face = 0; face < FACE_COUNT; face++) {
        if (!file_find(program, folder, face, set)) {
            *problem_out = str_format(program,
                                      "font %s not found; install fonts-noto-cjk and "
                                      "fonts-material-design-icons-iconfont or set "
                                      "DOORSTEP_FONT_DIR",
                                      face_files[face].file);
            return ERR_not_found;
        }
    }
    return OK;
}

void face_close(struct face_set *set)
{
    for (int face = 0; face < FACE_COUNT; face++) {
        if (set->fonts[face] != NULL) {
            TTF_CloseFont(set->fonts[face]);
            set->fonts[face] = NULL;
        }
    }
    if (TTF_WasInit() > 0) {
        TTF_Quit();
    }
}

uint64_t face_fingerprint(const struct face_set *set)
{
    int major = 0;
    int minor = 0;
    int patch = 0;
    TTF_GetFreeTypeVersion(&major, &minor, &patch);
    const SDL_version *library = TTF_Linked_Version();
    uint64_t hash = raster_hash_mix((uint64_t)major << 40 | (uint64_t)minor << 20 | (uint64_t)patch,
                                    (uint64_t)library->major << 40 |
                                        (uint64_t)library->minor << 20 | library->patch);
    for (int face = 0; face < FACE_COUNT; face++) {
        struct stat file = {0};
        (void)stat(set->paths[face], &file); /* gone: another fingerprint */
        hash = raster_hash_mix(hash, (uint64_t)file.st_size);
        hash = raster_hash_mix(hash, (uint64_t)file.st_mtime);
        for (const char *at = set->paths[face]; *at != '\0'; at++) {
            hash = raster_hash_mix(hash, (unsigned char)*at);
        }
    }
    return hash;
}

/* NULL when the file turned out to be no font. */
static TTF_Font *face_open(struct face_set *set, enum face face)
{
    if (set->fonts[face] == NULL && !set->is_broken[face]) {
        set->fonts[face] = TTF_OpenFontIndex(set->paths[face], OPEN_SIZE, face_files[face].index);
        set->is_broken[face] = set->fonts[face] == NULL;
        if (set->fonts[face] != NULL) {
            set->sizes[face] = OPEN_SIZE;
            /* Light hinting sharpens horizontals and leaves widths alone. */
            TTF_SetFontHinting(set->fonts[face],
                               face == FACE_icon ? TTF_HINTING_NONE : TTF_HINTING_LIGHT);
            TTF_SetFontKerning(set->fonts[face], 0);
        }
    }
    return set->fonts[face];
}

static TTF_Font *face_sized(struct face_set *set, enum face face, int32_t size)
{
    TTF_Font *font = face_open(set, face);
    if (font != NULL && set->sizes[face] != size) {
        TTF_SetFontSize(font, size);
        set->sizes[face] = size;
    }
    return font;
}

bool face_has(struct face_set *set, enum face face, uint32_t code)
{
    TTF_Font *font = face_open(set, face);
    return font != NULL && TTF_GlyphIsProvided32(font, code) != 0;
}

int32_t face_advance(struct face_set *set, enum face face, uint32_t code)
{
    int advance = FACE_UNITS;
    TTF_Font *font = face_sized(set, face, FACE_UNITS);
    if (font != NULL) {
        (void)TTF_GlyphMetrics32(font, code, NULL, NULL, NULL, NULL, &advance);
    }
    return advance;
}

/* ---- pictures ---- */

uint8_t face_picture_alpha(const struct face_picture *picture, int32_t x, int32_t y)
{
    const SDL_Surface *surface = picture->surface;
    const uint8_t *row =
        (const uint8_t *)surface->pixels + (size_t)(picture->y + y) * (size_t)surface->pitch;
    uint32_t pixel;
    memcpy(&pixel, row + (size_t)(picture->x + x) * 4, sizeof pixel);
    return (uint8_t)(pixel >> 24);
}

static bool is_row_empty(const struct face_picture *picture, int32_t y)
{
    for (int32_t x = 0; x < picture->w; x++) {
        if (face_picture_alpha(picture, x, y) != 0) {
            return false;
        }
    }
    return true;
}

static bool is_column_empty(const struct face_picture *picture, int32_t x)
{
    for (int32_t y = 0; y < picture->h; y++) {
        if (face_picture_alpha(picture, x, y) != 0) {
            return false;
        }
    }
    return true;
}

static void ink_crop(struct face_picture *picture)
{
    while (picture->h > 0 && is_row_empty(picture, 0)) {
        picture->y++;
        picture->h--;
    }
    while (picture->h > 0 && is_row_empty(picture, picture->h - 1)) {
        picture->h--;
    }
    while (picture->w > 0 && picture->h > 0 && is_column_empty(picture, 0)) {
        picture->x++;
        picture->w--;
    }
    while (picture->w > 0 && picture->h > 0 && is_column_empty(picture, picture->w - 1)) {
        picture->w--;
    }
}

struct face_picture face_draw(struct face_set *set, enum face face, uint32_t code, int32_t size)
{
    TTF_Font *font = face_sized(set, face, size);
    if (font == NULL) {
        return (struct face_picture){0};
    }
    int least_x = 0;
    int most_y = 0;
    (void)TTF_GlyphMetrics32(font, code, &least_x, NULL, NULL, &most_y, NULL);
    SDL_Surface *surface = TTF_RenderGlyph32_Blended(font, code, (SDL_Color){255, 255, 255, 255});
    if (surface == NULL) {
        return (struct face_picture){0}; /* nothing to show: a space */
    }
    CHECK(surface->format->BytesPerPixel == 4);
    struct face_picture picture = {.surface = surface, .w = surface->w, .h = surface->h};
    ink_crop(&picture);
    if (picture.h == 0) {
        picture.w = 0;
    }
    /* SDL_ttf puts the pen at the left edge, shifted right by what reaches out
     * to the left, and the baseline at the ascent, shifted down alike. */
    int ascent = TTF_FontAscent(font);
    picture.left = picture.x - (least_x < 0 ? -least_x : 0);
    picture.top = (most_y > ascent ? most_y : ascent) - picture.y;
    return picture;
}

void face_picture_free(struct face_picture *picture)
{
    SDL_FreeSurface(picture->surface);
    *picture = (struct face_picture){0};
}
