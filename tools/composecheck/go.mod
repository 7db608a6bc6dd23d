module github.com/arpent/arpent/tools/composecheck

go 1.26.0

require (
	github.com/compose-spec/compose-go/v2 v2.16.2 // indirect
	github.com/stretchr/testify v1.12.1 // indirect
)
