// Package secret keeps what must stay secret: it seals values at rest, signs tokens for machines, makes API
// tokens, hashes passwords and masks values in what is shown. It knows no subject: what a value means, and
// where it is stored, is its caller's business.
//
// # Tour
//
// One [Keyring] per installation holds 32-byte keys, read from a file ([LoadKeyring] makes it) or from the
// environment ([ParseKeyring]). The first key seals and signs, all of them open and verify. To rotate, put a
// new key in front; to retire the old one, seal everything again and remove it.
//
//	ring, err := secret.LoadKeyring(filepath.Join(dataDir, "secret.key"))
//	sealed := ring.Seal(state, "state_versions:"+id) // the context ties the value to its row
//	state, err := ring.Open(sealed, "state_versions:"+id)
//
// A [Signer] makes tokens that carry claims and prove that we made them, so nothing needs to be stored:
//
//	token := ring.Signer().Sign("run-lease", Lease{Run: id, Number: 3}, time.Time{})
//	err := ring.Signer().Verify("run-lease", token, &lease)
//
// [NewToken] makes what people give to their scripts: the database holds only its hash. Passwords go through
// [HashPassword] and [VerifyPassword], which together never use more than a fixed amount of memory.
package secret
