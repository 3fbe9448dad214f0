# Runs in the container: starts containerd and dockerd, and uses them.
top_srcdir=/in
top_builddir=/usr/local/bin
export top_srcdir top_builddir
PATH=/usr/sbin:/usr/bin
HOME=/root
export PATH HOME
# shellcheck source=tests/support/tap.sh
. /in/tap.sh
name=$1

wait_for() # SECONDS COMMAND...
{
	left=$1
	shift
	until "$@" >/dev/null 2>&1; do
		left=$((left - 1))
		[ "$left" -gt 0 ] || return 1
		sleep 1
	done
}

# A run of an image's program; its output is in $out.
docker_run() # WORD...
{
	run timeout 120 docker run --rm "$@"
}

cd /tmp || exit 1
ip link set lo up
mkdir -p /etc/docker rootfs/bin rootfs/proc rootfs/sys rootfs/dev rootfs/etc rootfs/tmp
cp /usr/bin/busybox rootfs/bin/
for applet in sh cat echo ls sleep grep touch id mount httpd wget; do
	ln -s busybox "rootfs/bin/$applet"
done

# The one that is started first may take its time: dockerd would give it 15 seconds.
containerd >"/out/containerd.$name" 2>&1 &
ok 'containerd is up' wait_for 120 ctr version
dockerd --containerd=/run/containerd/containerd.sock --storage-driver=overlay2 \
	--exec-opt native.cgroupdriver=cgroupfs >"/out/dockerd.$name" 2>&1 &
daemon=$!
ok 'dockerd is up' wait_for 120 docker version

tar -C rootfs -c . >image.tar
run timeout 120 docker import image.tar small:1
exits 0 'import an image'
docker_run --network none small:1 sh -c 'echo hello; cat /proc/self/attr/current'
exits 0 'run'
prints '^hello$' 'what it says'
mkdir volume sealed
echo host >sealed/file
run timeout 120 docker run -d --name long --network none -v /tmp/volume:/v \
	-v /tmp/sealed:/sealed:ro --tmpfs /t --shm-size 4m small:1 sleep 1000
exits 0 'run in the background, with volumes and --tmpfs'
run timeout 60 docker exec long sh -c 'echo guest >/v/file; cat /sealed/file'
exits 0 'exec'
prints '^host$' 'which reads a volume'
is "$(cat volume/file)" guest 'and writes one'
run timeout 60 docker exec long sh -c 'echo x >/sealed/x'
exits 1 'but not one that is read-only'
run timeout 60 docker exec long sh -c 'echo x >/t/x && grep " /t tmpfs" /proc/mounts'
exits 0 'the tmpfs is there'
run timeout 60 docker exec long sh -c 'echo b >/proc/sysrq-trigger'
exits 1 'sysrq-trigger cannot be written'
run timeout 60 docker rm -f long
exits 0 'stop and remove'
docker_run --network none --read-only small:1 sh -c 'echo x >/x'
exits 1 'run --read-only'
docker_run --network none --read-only --tmpfs /t small:1 sh -c 'echo x >/t/x'
exits 0 'with a place to write'
mkdir build
printf 'FROM small:1\nRUN echo built >/built\nCOPY file /file\n' >build/Dockerfile
echo copied >build/file
DOCKER_BUILDKIT=0 run timeout 240 docker build --network none -q -t small:2 build
exits 0 'build'
docker_run --network none small:2 cat /built /file
prints '^built$' 'what was built'
prints '^copied$' 'and copied'
run timeout 120 docker run -d --name web -p 8080:80 small:1 \
	sh -c 'echo page >/tmp/page; httpd -f -p 80 -h /tmp'
exits 0 'run on the bridge network, with a published port'
ok 'the port answers' wait_for 60 wget -q -O page http://127.0.0.1:8080/page
is "$(cat page)" page 'with what the container serves'
run timeout 60 docker network create --driver bridge own
exits 0 'a network of its own'
docker_run --network own small:1 cat /sys/class/net/eth0/address
exits 0 'run on it'
timeout 60 docker rm -f web >/dev/null 2>&1
kill "$daemon"
wait "$daemon"
finish
