;; Dials with a handle that is no identity.
(module
    (import "dps-x509:device/tls@0.1.0" "connect" (func $connect (param i32 i32 i32 i32) (result i32)))
    (import "dps-x509:device/tls@0.1.0" "[resource-drop]connecting" (func $drop (param i32)))
    (data (i32.const 0) "localhost")
    (memory (export "memory") 1)
    (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (i32.const 4096))
    (func (export "dps-x509:device/provisioning@0.1.0#provision") (param i32) (result i32)
        (drop (call $connect (i32.const 0) (i32.const 9) (i32.const 1) (i32.const 77)))
        unreachable))
