/* The part of WebAssembly's C API that the book's program uses, so that it can be compiled where no runtime's headers are. The
 * library is that of wasmtime's Python package. */
#include <stddef.h>
#include <stdint.h>

enum { WASM_I32 = 0, WASM_I64 = 1, WASM_EXTERNREF = 128 };

typedef struct {
  uint8_t kind;
  union {
    int32_t i32;
    int64_t i64;
    void *ref;
  } of;
} wasm_val_t;

#define WASM_I32_VAL(number) {WASM_I32, {.i32 = (number)}}
#define WASM_INIT_VAL {WASM_EXTERNREF, {.ref = NULL}}
#define WASM_EMPTY_VEC {0, NULL}

#define OPAQUE(name) typedef struct wasm_##name##_t wasm_##name##_t
OPAQUE(engine);
OPAQUE(store);
OPAQUE(module);
OPAQUE(instance);
OPAQUE(exporttype);
OPAQUE(extern);
OPAQUE(func);
OPAQUE(memory);
OPAQUE(trap);

#define VECTOR(name, item) typedef struct { size_t size; item *data; } wasm_##name##_vec_t
VECTOR(byte, char);
VECTOR(val, wasm_val_t);
VECTOR(extern, wasm_extern_t *);
VECTOR(exporttype, wasm_exporttype_t *);
typedef wasm_byte_vec_t wasm_name_t;

wasm_engine_t *wasm_engine_new(void);
wasm_store_t *wasm_store_new(wasm_engine_t *);
wasm_module_t *wasm_module_new(wasm_store_t *, const wasm_byte_vec_t *);
void wasm_module_exports(const wasm_module_t *, wasm_exporttype_vec_t *);
const wasm_name_t *wasm_exporttype_name(const wasm_exporttype_t *);
wasm_instance_t *wasm_instance_new(wasm_store_t *, const wasm_module_t *, const wasm_extern_vec_t *, wasm_trap_t **);
void wasm_instance_exports(const wasm_instance_t *, wasm_extern_vec_t *);
wasm_func_t *wasm_extern_as_func(wasm_extern_t *);
wasm_memory_t *wasm_extern_as_memory(wasm_extern_t *);
wasm_trap_t *wasm_func_call(const wasm_func_t *, const wasm_val_vec_t *, wasm_val_vec_t *);
char *wasm_memory_data(wasm_memory_t *);
