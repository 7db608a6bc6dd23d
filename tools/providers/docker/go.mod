module github.com/arpent/arpent/tools/providers/docker

go 1.26

tool github.com/terraform-providers/terraform-provider-docker

require github.com/terraform-providers/terraform-provider-docker v1.2.0

require (
	github.com/agext/levenshtein v1.2.1 // indirect
	github.com/apparentlymart/go-cidr v0.0.0-20170616213631-2bd8b58cf427 // indirect
	github.com/apparentlymart/go-textseg v0.0.0-20170531203952-b836f5c4d331 // indirect
	github.com/armon/go-radix v0.0.0-20160115234725-4239b77079c7 // indirect
	github.com/aws/aws-sdk-go v1.14.31 // indirect
	github.com/bgentry/go-netrc v0.0.0-20140422174119-9fd32a8b3d3d // indirect
	github.com/bgentry/speakeasy v0.0.0-20161015143505-675b82c74c0e // indirect
	github.com/blang/semver v3.5.1+incompatible // indirect
	github.com/davecgh/go-spew v1.1.1 // indirect
	github.com/docker/cli v0.0.0-20190524120722-0f337f1dfe57 // indirect
	github.com/docker/distribution v0.0.0-20180522175653-f0cc92778478 // indirect
	github.com/docker/docker v0.7.3-0.20190525203055-f25e0c6f3093 // indirect
	github.com/docker/docker-credential-helpers v0.6.2 // indirect
	github.com/docker/go-connections v0.4.0 // indirect
	github.com/docker/go-units v0.0.0-20171221200356-d59758554a3d // indirect
	github.com/go-ini/ini v1.25.4 // indirect
	github.com/gogo/protobuf v0.0.0-20180121160031-26de2f9a7d3b // indirect
	github.com/golang/protobuf v1.2.0 // indirect
	github.com/hashicorp/errwrap v0.0.0-20141028054710-7554cd9344ce // indirect
	github.com/hashicorp/go-cleanhttp v0.5.0 // indirect
	github.com/hashicorp/go-getter v0.0.0-20180327010114-90bb99a48d86 // indirect
	github.com/hashicorp/go-hclog v0.0.0-20170716174523-b4e5765d1e5f // indirect
	github.com/hashicorp/go-multierror v0.0.0-20150916205742-d30f09973e19 // indirect
	github.com/hashicorp/go-plugin v0.0.0-20180125190438-e53f54cbf51e // indirect
	github.com/hashicorp/go-safetemp v0.0.0-20180326211150-b1a1dbde6fdc // indirect
	github.com/hashicorp/go-uuid v1.0.0 // indirect
	github.com/hashicorp/go-version v1.0.0 // indirect
	github.com/hashicorp/hcl v0.0.0-20170504190234-a4b07c25de5f // indirect
	github.com/hashicorp/hcl2 v0.0.0-20180308163058-5f8ed954abd8 // indirect
	github.com/hashicorp/hil v0.0.0-20170627220502-fa9f258a9250 // indirect
	github.com/hashicorp/logutils v0.0.0-20150609070431-0dc08b1671f3 // indirect
	github.com/hashicorp/terraform v0.11.12-beta1.0.20190227065421-fc531f54a878 // indirect
	github.com/hashicorp/yamux v0.0.0-20160720233140-d1caa6c97c9f // indirect
	github.com/jmespath/go-jmespath v0.0.0-20160803190731-bd40a432e4c7 // indirect
	github.com/mattn/go-isatty v0.0.0-20161123143637-30a891c33c7c // indirect
	github.com/mitchellh/cli v0.0.0-20171129193617-33edc47170b5 // indirect
	github.com/mitchellh/copystructure v0.0.0-20170525013902-d23ffcb85de3 // indirect
	github.com/mitchellh/go-homedir v0.0.0-20161203194507-b8bc1bf76747 // indirect
	github.com/mitchellh/go-testing-interface v0.0.0-20170730050907-9a441910b168 // indirect
	github.com/mitchellh/go-wordwrap v0.0.0-20150314170334-ad45545899c7 // indirect
	github.com/mitchellh/hashstructure v0.0.0-20160209213820-6b17d669fac5 // indirect
	github.com/mitchellh/mapstructure v0.0.0-20170307201123-53818660ed49 // indirect
	github.com/mitchellh/reflectwalk v0.0.0-20170726202117-63d60e9d0dbc // indirect
	github.com/oklog/run v1.0.0 // indirect
	github.com/opencontainers/go-digest v1.0.0-rc1 // indirect
	github.com/opencontainers/image-spec v0.0.0-20171125024018-577479e4dc27 // indirect
	github.com/pkg/errors v0.0.0-20171216070316-e881fd58d78e // indirect
	github.com/posener/complete v0.0.0-20171219111128-6bee943216c8 // indirect
	github.com/sirupsen/logrus v1.4.2 // indirect
	github.com/ulikunitz/xz v0.5.4 // indirect
	github.com/zclconf/go-cty v0.0.0-20180302160414-49fa5e03c418 // indirect
	golang.org/x/crypto v0.0.0-20190308221718-c2843e01d9a2 // indirect
	golang.org/x/net v0.0.0-20190311183353-d8887717615a // indirect
	golang.org/x/sys v0.0.0-20190422165155-953cdadca894 // indirect
	golang.org/x/text v0.3.0 // indirect
	google.golang.org/genproto v0.0.0-20180817151627-c66870c02cf8 // indirect
	google.golang.org/grpc v1.21.0 // indirect
)
