-- Host names of resellers at which HTTPS is served: links in mail to their customers lead there. Nodes note them.
create table served_host_names (
    host_name text primary key constraint served_host_names_host_name_check check (char_length(host_name) between 1 and 253)
);
