# Runs a container, prints its output, removes it, and exits with its code, or with 124 after the deadline.
# Arguments: its name, the deadline in seconds, those of `docker run`.
name=$1 deadline=$2
shift 2
remove() { docker rm --force "$name" > /dev/null 2>&1; }
# One that an interrupted run left.
remove
trap remove EXIT
docker run --detach --name "$name" "$@" > /dev/null || exit
code=$(timeout "$deadline" docker wait "$name") || code=$?
docker logs "$name"
exit "$code"
