;; Masking (RFC 6455 §5.3) with 16 bytes at a time, in the memory that sockets are read into.
;; scripts/build-wasm.mjs makes src/node/unmask-wasm.ts of it.
(module
  (memory (export "memory") 2 2)
  ;; XORs the `length` bytes from `at` on. `key` is the key as one big-endian number, `phase` 0-3: how many bytes
  ;; of payload came before.
  (func (export "mask") (param $at i32) (param $length i32) (param $key i32) (param $phase i32)
    (local $end i32) (local $wide v128)
    ;; The key from `phase` on, its bytes in the order in which a word is kept here.
    (local.set $key (i32.rotl (local.get $key) (i32.shl (local.get $phase) (i32.const 3))))
    (local.set $key
      (i32.or
        (i32.and (i32.rotl (local.get $key) (i32.const 8)) (i32.const 0x00ff00ff))
        (i32.and (i32.rotr (local.get $key) (i32.const 8)) (i32.const 0xff00ff00))))
    (local.set $wide (i32x4.splat (local.get $key)))
    (local.set $end (i32.add (local.get $at) (local.get $length)))
    (block $done
      (loop $more
        (br_if $done (i32.gt_u (i32.add (local.get $at) (i32.const 16)) (local.get $end)))
        (v128.store align=1 (local.get $at) (v128.xor (v128.load align=1 (local.get $at)) (local.get $wide)))
        (local.set $at (i32.add (local.get $at) (i32.const 16)))
        (br $more)))
    (block $finished
      (loop $bytes
        (br_if $finished (i32.ge_u (local.get $at) (local.get $end)))
        (i32.store8 (local.get $at) (i32.xor (i32.load8_u (local.get $at)) (local.get $key)))
        (local.set $key (i32.rotr (local.get $key) (i32.const 8)))
        (local.set $at (i32.add (local.get $at) (i32.const 1)))
        (br $bytes)))))
