# shellcheck shell=bash
# A real sshd on the loopback address with keys of its own, for walks: start_sshd DIRECTORY; then DIRECTORY/ssh_config knows the host `lab`.
# It needs openssh-server, and nothing of the system's configuration. stop_sshd ends it.

free_port() {
    /usr/bin/python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])' 2>/dev/null \
        || perl -MIO::Socket::INET -e 'print IO::Socket::INET->new(LocalAddr => "127.0.0.1", Listen => 1)->sockport, "\n"'
}

start_sshd() {
    local dir=$1 port
    port=$(free_port)
    mkdir -p -- "$dir"
    chmod 700 -- "$dir"
    ssh-keygen -q -t ed25519 -N '' -f "$dir/host_key"
    ssh-keygen -q -t ed25519 -N '' -f "$dir/user_key"
    cp -- "$dir/user_key.pub" "$dir/authorized_keys"
    printf '[127.0.0.1]:%s %s\n' "$port" "$(cut -d' ' -f1,2 "$dir/host_key.pub")" > "$dir/known_hosts"
    printf '%s\n' "Port $port" 'ListenAddress 127.0.0.1' "HostKey $dir/host_key" "AuthorizedKeysFile $dir/authorized_keys" \
        "PidFile $dir/sshd.pid" 'StrictModes no' 'UsePAM no' 'PasswordAuthentication no' 'KbdInteractiveAuthentication no' \
        'MaxStartups 100' 'Subsystem sftp internal-sftp' > "$dir/sshd_config"
    printf '%s\n' 'Host lab' 'HostName 127.0.0.1' "Port $port" "User $(id -un)" "IdentityFile $dir/user_key" 'IdentitiesOnly yes' \
        "UserKnownHostsFile $dir/known_hosts" > "$dir/ssh_config"
    (( EUID != 0 )) || mkdir -p /run/sshd
    /usr/sbin/sshd -f "$dir/sshd_config" -E "$dir/log"
    for _ in {1..100}; do
        if ssh -F "$dir/ssh_config" -o BatchMode=yes lab true 2>/dev/null; then return; fi
        sleep 0.05
    done
    printf 'error: sshd did not come up\n' >&2
    cat -- "$dir/log" >&2
    return 1
}

stop_sshd() {
    [[ ! -f $1/sshd.pid ]] || kill "$(cat -- "$1/sshd.pid")" 2>/dev/null || true
}
