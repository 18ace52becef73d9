;; Answers with what lies outside of its memory.
(module
    (import "dps-x509:device/tls@0.1.0" "[resource-drop]identity" (func $drop (param i32)))

    (memory (export "memory") 1)
    (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (i32.const 4096))
    (func (export "dps-x509:device/provisioning@0.1.0#provision") (param i32) (result i32)
        (call $drop (i32.const 1))
        (return (i32.const -8))
        unreachable))
