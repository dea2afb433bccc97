module skerry.dev/tests/cluster/supervisor

go 1.26
