;; Tells an event of eight megabytes.
(module
    (import "dps-x509:device/events@0.1.0" "emit" (func $emit (param i32)))
    (memory (export "memory") 1)
    (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (i32.const 4096))
    (func (export "dps-x509:device/provisioning@0.1.0#provision") (param i32) (result i32)
        (drop (memory.grow (i32.const 128)))
        ;; `upgrade-sent`, its line.
        (i32.store8 (i32.const 8) (i32.const 3))
        (i32.store (i32.const 16) (i32.const 4096))
        (i32.store (i32.const 20) (i32.const 8388608))
        (call $emit (i32.const 0))
        unreachable))
