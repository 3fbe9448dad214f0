# shellcheck shell=sh
# Generated input; sourced, it gives
#
#   fleet COUNT BODIES      a container file: the folder that a container shares decides
#                           its profile, so there are BODIES distinct ones
#   rule_file COUNT         a fragment with so many rules, and no two that meet
#   easyprof_manifest COUNT a manifest of aa-easyprof for as many profiles

fleet()
{
	awk -v count="$1" -v bodies="$2" 'BEGIN {
		print "{ \"lxc_configs\": {"
		for (i = 0; i < count; i++) {
			printf "  \"%d\": {\n", 1000 + i
			printf "    \"name\": \"container-%d\",\n", i
			print "    \"memory_mb\": 4096, \"swap_mb\": 512, \"cores\": 4,"
			print "    \"storage_pool\": \"disks\", \"storage_size_gb\": 32,"
			print "    \"network_config\": {"
			print "      \"name\": \"eth0\", \"bridge\": \"vmbr0\","
			printf "      \"ip\": \"10.%d.%d.%d/8\",\n", i / 65536 % 256,
				i / 256 % 256, i % 256
			print "      \"gw\": \"10.0.0.1\"\n    },"
			print "    \"gpu_assignment\": \"none\", \"unprivileged\": true,"
			print "    \"features\": [ \"base_setup\", \"docker\" ],"
			print "    \"pct_options\": [ \"nesting=1\" ],"
			print "    \"volumes\": [\n      {"
			print "        \"name\": \"data\", \"size_gb\": 10,"
			printf "        \"mount_point\": \"/mnt/shared%d\"\n", i % bodies
			print "      }\n    ],"
			print "    \"firewall\": { \"enabled\": true },"
			print "    \"start_at_boot\": true,"
			print "    \"apparmor_profile\": \"unconfined\""
			print i + 1 < count ? "  }," : "  }"
		}
		print "} }"
	}'
}

rule_file()
{
	awk -v count="$1" 'BEGIN {
		print "fragment many \"many rules\" {\n\twhen .cores is set;"
		for (i = 0; i < count; i++)
			printf "\t/srv/%d/*.conf r,\n", i
		print "}"
	}'
}

easyprof_manifest()
{
	awk -v count="$1" 'BEGIN {
		print "{ \"security\": { \"profiles\": {"
		for (i = 0; i < count; i++) {
			printf "\"lxc-%d\": { \"template\": \"default\", ", i
			printf "\"policy_groups\": [], "
			printf "\"read_path\": [ \"/mnt/shared%d/*\" ] }%s\n", i,
				i + 1 < count ? "," : ""
		}
		print "} } }"
	}'
}
