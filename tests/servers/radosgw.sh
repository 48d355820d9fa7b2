# shellcheck shell=bash
# A real S3 service on the loopback address, Ceph's radosgw with everything in memory, for walks: start_radosgw DIRECTORY sets S3_ENDPOINT and
# makes the bucket `demo`; its one user's keys are DEMO and DEMOSECRET. It needs radosgw ceph-mon ceph-osd ceph-common curl. stop_radosgw ends it.

# shellcheck source=tests/servers/sshd.sh
. "$(dirname -- "${BASH_SOURCE[0]}")/sshd.sh"

# A bucket, by the old signature of S3, which needs nothing but a digest.
make_bucket() {
    local now sign
    now=$(LC_ALL=C date -u '+%a, %d %b %Y %H:%M:%S GMT')
    sign=$(perl -MDigest::SHA=hmac_sha1_base64 -e 'print hmac_sha1_base64("PUT\n\n\n$ARGV[0]\n/$ARGV[1]", "DEMOSECRET"), "="' "$now" "$1")
    curl --silent --fail --show-error --request PUT --header "Date: $now" --header "Authorization: AWS DEMO:$sign" "$S3_ENDPOINT/$1"
}

start_radosgw() {
    local dir=$1 id disk gate monitor conf
    id=$(cat /proc/sys/kernel/random/uuid)
    disk=$(cat /proc/sys/kernel/random/uuid)
    gate=$(free_port)
    monitor=$(free_port)
    conf=$dir/ceph.conf
    mkdir -p -- "$dir"/{mon,osd,rgw,run}
    cat > "$conf" <<CONF
[global]
fsid = $id
mon_host = v1:127.0.0.1:$monitor
auth_cluster_required = none
auth_service_required = none
auth_client_required = none
run_dir = $dir/run
admin_socket = $dir/run/\$name.asok
pid_file = $dir/run/\$name.pid
log_file = $dir/run/\$name.log
crash_dir = $dir/run
keyring = $dir/keyring
ms_bind_ipv6 = false
public_network = 127.0.0.0/8
osd_pool_default_size = 1
osd_pool_default_min_size = 1
osd_pool_default_pg_num = 8
osd_pool_default_pgp_num = 8
osd_pool_default_pg_autoscale_mode = off
mon_allow_pool_size_one = true
mon_max_pg_per_osd = 1000
mon_data_avail_crit = 1
mon_data_avail_warn = 1
osd_objectstore = memstore
memstore_device_bytes = 2147483648
[mon]
paxos_propose_interval = 0.01
paxos_min_wait = 0.005
mon_data = $dir/mon
mon_initial_members = a
[osd]
osd_data = $dir/osd
osd_max_object_name_len = 256
[client.rgw]
rgw_data = $dir/rgw
rgw_frontends = beast endpoint=127.0.0.1:$gate tcp_nodelay=1
rgw_run_sync_thread = false
rgw_enable_gc_threads = false
rgw_enable_lc_threads = false
rgw_enable_quota_threads = false
CONF
    {
        ceph-authtool --create-keyring "$dir/keyring" --gen-key -n mon. --cap mon 'allow *'
        ceph-authtool "$dir/keyring" --gen-key -n client.admin --cap mon 'allow *' --cap osd 'allow *' --cap mgr 'allow *'
        monmaptool --create --clobber --fsid "$id" --addv a "[v1:127.0.0.1:$monitor]" "$dir/monmap"
        ceph-mon -c "$conf" --mkfs -i a --monmap "$dir/monmap" --keyring "$dir/keyring"
        ceph-mon -c "$conf" -i a
        ceph -c "$conf" --connect-timeout 60 osd new "$disk" 0
        ceph-osd -c "$conf" -i 0 --mkfs --osd-uuid "$disk"
        # Its first start can lose a race against the monitor.
        for _ in {1..20}; do
            if ceph-osd -c "$conf" -i 0; then break; fi
            sleep 0.1
        done
        radosgw -c "$conf" -n client.rgw
        radosgw-admin -c "$conf" user create --uid=demo --display-name=demo --access-key=DEMO --secret=DEMOSECRET
    } >"$dir/start.log" 2>&1
    S3_ENDPOINT=http://127.0.0.1:$gate
    for _ in {1..400}; do
        if curl --silent --output /dev/null "$S3_ENDPOINT/"; then
            make_bucket demo
            return
        fi
        sleep 0.05
    done
    printf 'error: radosgw did not come up\n' >&2
    tail -n 20 -- "$dir/start.log" >&2
    return 1
}

# Nothing of it is kept, so it is not asked to end in good order, which takes seconds.
stop_radosgw() {
    local file
    for file in "$1"/run/*.pid; do
        [[ ! -f $file ]] || kill -9 "$(cat -- "$file")" 2>/dev/null || true
    done
}
