;; Waits for one thing a hundred thousand times over.
(module
    (import "wasi:clocks/monotonic-clock@0.2.12" "subscribe-duration" (func $timer (param i64) (result i32)))
    (import "wasi:io/poll@0.2.12" "poll" (func $poll (param i32 i32 i32)))
    (memory (export "memory") 1)
    (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (i32.const 4096))
    (func (export "dps-x509:device/provisioning@0.1.0#provision") (param i32) (result i32)
        (local $at i32) (local $timer i32)
        (local.set $timer (call $timer (i64.const 3600000000000)))
        (drop (memory.grow (i32.const 64)))
        (loop
            (i32.store (i32.add (i32.const 65536) (i32.mul (local.get $at) (i32.const 4))) (local.get $timer))
            (br_if 0 (i32.lt_u (local.tee $at (i32.add (local.get $at) (i32.const 1))) (i32.const 1000000))))
        (loop (call $poll (i32.const 65536) (i32.const 1000000) (i32.const 16)) br 0)
        unreachable))
