# Where a target's home is: $1 as it is configured. Every script on a target begins with it.
case $1 in
'~') home=$HOME ;;
'~/'*) home=$HOME/${1#'~/'} ;;
/*) home=$1 ;;
*) home=$HOME/$1 ;;
esac
