;; Dials HOST at PORT, which the test puts in. Breaks down where it is not allowed to, and waits for ever otherwise.
(module
    (import "dps-x509:device/tls@0.1.0" "connect" (func $connect (param i32 i32 i32 i32) (result i32)))
    (import "dps-x509:device/tls@0.1.0" "[method]connecting.finish" (func $finish (param i32 i32)))
    (import "wasi:clocks/monotonic-clock@0.2.12" "subscribe-duration" (func $timer (param i64) (result i32)))
    (import "wasi:io/poll@0.2.12" "[method]pollable.block" (func $block (param i32)))
    (memory (export "memory") 1)
    (data (i32.const 0) "HOST")
    (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (i32.const 4096))
    (func (export "dps-x509:device/provisioning@0.1.0#provision") (param i32) (result i32)
        (call $finish
            (call $connect (i32.const 0) (i32.const LENGTH) (i32.const PORT) (i32.const 1))
            (i32.const 2048))
        ;; some(err(not-allowed))
        (if (i32.and
                (i32.and (i32.load8_u (i32.const 2048)) (i32.load8_u (i32.const 2052)))
                (i32.eq (i32.load8_u (i32.const 2056)) (i32.const 11)))
            (then unreachable))
        (call $block (call $timer (i64.const 3600000000000)))
        unreachable))
