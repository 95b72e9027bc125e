with

initiatives as (
    select * from {{ ref('initiatives') }}
),

fritagelse_codes as (
    select * from {{ ref('fritagelse_codes') }}
),

lists_of_initiatives as (
    select
        initiative,
        coalesce(exemption_list, '{{ var("exemption_list") }}') as exemption_list
    from initiatives
),

listed_exemptions as (
    select
        lists_of_initiatives.initiative,
        fritagelse_codes.fritagelse_kode
    from lists_of_initiatives
    inner join fritagelse_codes
        on
            (lists_of_initiatives.exemption_list = 'notat' and fritagelse_codes.is_in_notat)
            or (lists_of_initiatives.exemption_list = 'faq' and fritagelse_codes.is_in_faq)
)

select * from listed_exemptions
