;; Tells events without end.
(module
    (import "dps-x509:device/events@0.1.0" "emit" (func $emit (param i32)))
    (memory (export "memory") 1)
    (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (i32.const 4096))
    (func (export "dps-x509:device/provisioning@0.1.0#provision") (param i32) (result i32)
        ;; `ignored`, other-request.
        (i32.store8 (i32.const 8) (i32.const 8))
        (loop (call $emit (i32.const 0)) br 0)
        unreachable))
