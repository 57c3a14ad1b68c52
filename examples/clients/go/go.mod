module tribuna.example/clients

go 1.19
