# A server, as its package has it.
include <tunables/global>

profile server /usr/sbin/server {
  include <abstractions/base>

  # Ports below 1024.
  capability net_bind_service, # and no more
  capability setuid,
  network inet stream,
  network inet6 stream,

  # Its nodes.
  /dev/null rw,
  /dev/tty rw, @{PROC}/@{pid}/stat r,
  /sys/class/net/** r,

  # Where its pages are.
  /srv/www/** rw,
  /srv/www/in/ r,
  # Its own.
  /etc/server.conf r,
  owner /var/lib/server/** rwk,
  signal (receive) peer=unconfined,
  mount fstype=tmpfs -> /srv/tmp/,
  mount options=(rw, bind) /srv/ -> /mnt/,
  dbus bus=system,
  deny /mnt/** w,

  profile helper { /bin/true rix, }
  # the end
}
