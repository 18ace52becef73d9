;; Calls itself without end.
(module
    (func $deeper (param i64 i64 i64 i64) (result i64)
        (i64.add (call $deeper (local.get 1) (local.get 2) (local.get 3) (local.get 0)) (local.get 1)))
    (memory (export "memory") 1)
    (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (i32.const 4096))
    (func (export "dps-x509:device/provisioning@0.1.0#provision") (param i32) (result i32)
        (drop (call $deeper (i64.const 1) (i64.const 2) (i64.const 3) (i64.const 4)))
        unreachable))
