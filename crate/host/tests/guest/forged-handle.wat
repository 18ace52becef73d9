;; Waits for what it was never given.
(module
    (import "wasi:io/poll@0.2.12" "[method]pollable.block" (func $block (param i32)))
    (memory (export "memory") 1)
    (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (i32.const 4096))
    (func (export "dps-x509:device/provisioning@0.1.0#provision") (param i32) (result i32)
        (call $block (i32.const 12345))
        unreachable))
