# Removes a staged release that no entry of the journal names: $2 its name.
[ -e ".dls/journal/$2.intent.json" ] || [ -e ".dls/journal/$2.json" ] || rm -rf -- ".dls/releases/$2"
