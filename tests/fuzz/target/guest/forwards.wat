;; Takes its memory out of the first text of its settings, a byte of each character; tells the events that stand there, and
;; answers with what stands there. From 1024 on: where the answer is, how many events there are, where each of them is.
(module
    (import "dps-x509:device/tls@0.1.0" "[resource-drop]identity" (func $drop (param i32)))
    (import "dps-x509:device/events@0.1.0" "emit" (func $emit (param i32)))
    (memory (export "memory") 24)
    (global $free (mut i32) (i32.const 524288))
    (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32)
        (local $at i32)
        (local.set $at (i32.and (i32.add (global.get $free) (i32.const 7)) (i32.const -8)))
        (global.set $free (i32.add (local.get $at) (local.get 3)))
        (local.get $at))
    (func (export "dps-x509:device/provisioning@0.1.0#provision") (param $settings i32) (result i32)
        (local $from i32) (local $end i32) (local $to i32) (local $byte i32) (local $left i32)
        (local.set $from (i32.load (local.get $settings)))
        (local.set $end (i32.add (local.get $from) (i32.load offset=4 (local.get $settings))))
        (local.set $to (i32.const 1024))
        (block $read
            (loop $next
                (br_if $read (i32.ge_u (local.get $from) (local.get $end)))
                (local.set $byte (i32.load8_u (local.get $from)))
                (local.set $from (i32.add (local.get $from) (i32.const 1)))
                ;; Of two bytes: the characters from U+0080 to U+00FF.
                (if (i32.ge_u (local.get $byte) (i32.const 128))
                    (then
                        (local.set $byte
                            (i32.or
                                (i32.shl (i32.and (local.get $byte) (i32.const 3)) (i32.const 6))
                                (i32.and (i32.load8_u (local.get $from)) (i32.const 63))))
                        (local.set $from (i32.add (local.get $from) (i32.const 1)))))
                (i32.store8 (local.get $to) (local.get $byte))
                (local.set $to (i32.add (local.get $to) (i32.const 1)))
                (br $next)))
        (local.set $left (i32.load (i32.const 1028)))
        (local.set $to (i32.const 1032))
        (block $told
            (loop $next
                (br_if $told (i32.eqz (local.get $left)))
                (call $emit (i32.load (local.get $to)))
                (local.set $to (i32.add (local.get $to) (i32.const 4)))
                (local.set $left (i32.sub (local.get $left) (i32.const 1)))
                (br $next)))
        (call $drop (i32.const 1))
        (i32.load (i32.const 1024))))
