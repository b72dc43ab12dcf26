-- Words that staff file customers by, and what they note about them: customers see neither.
alter table customers add column tags text[] not null default '{}';
create index customers_tags on customers using gin (tags);

create table customer_notes (
    id bigint generated always as identity primary key,
    customer_id bigint not null references customers (id),
    author text not null,
    words text not null constraint customer_notes_words_check check (words <> '' and length(words) <= 4000),
    created_at timestamptz not null
);
create index customer_notes_customer_id on customer_notes (customer_id, id);
