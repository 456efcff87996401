// The top-level keys of cloud-config in its schema of 2026, a word of each module's documentation.
export const KNOWN_KEYS: ReadonlySet<string> = new Set(
  `allow_public_ssh_keys allow_userdata ansible apk_repos apt apt_mirror apt_mirror_search
  apt_mirror_search_dns apt_pipelining apt_preserve_sources_list apt_proxy apt_reboot_if_required apt_sources
  apt_update apt_upgrade authkey_hash autoinstall bootcmd byobu_by_default ca-certs ca_certs chef chpasswd
  cloud_config_modules cloud_final_modules cloud_init_modules create_hostname_file datasource datasource_list
  debconf_selections debug default_hooks device_aliases disable_ec2_metadata disable_root disable_root_opts
  disk_setup drivers fan final_message fqdn fs_setup groups growpart grub-dpkg grub_dpkg hostname keyboard
  landscape launch-index locale locale_configfile log_cfgs lxd manage_etc_hosts manage_resolv_conf mcollective
  merge_how merge_type migrate mount_default_fields mounts no_ssh_fingerprints ntp output package_reboot_if_required
  package_update package_upgrade packages password phone_home power_state prefer_fqdn_over_hostname
  preserve_hostname puppet random_seed reporting resize_rootfs resolv_conf rh_subscription rpi rsyslog runcmd
  salt_minion security snap spacewalk ssh ssh-import-id ssh_authorized_keys ssh_deletekeys ssh_fp_console_blacklist
  ssh_genkeytypes ssh_import_id ssh_key_console_blacklist ssh_keys ssh_publish_hostkeys ssh_pwauth
  ssh_quiet_keygen swap syslog_fix_perms system_info timezone ubuntu_advantage ubuntu_pro updates user users
  vendor_data vendor_data2 version wireguard write_files yum_repo_dir yum_repos zypper`.split(/\s+/),
)

/** Whether cloud-init acts on a top-level key. It accepts any other in silence. */
export function isKnownKey(key: string): boolean {
  // `x-` marks what people keep for themselves, YAML anchors above all.
  return KNOWN_KEYS.has(key) || key.startsWith('x-')
}
