"""The rules that a link between a contract and a user must pass, in order.

Used by identity_map and quarantine_identity, so that each landed row is in exactly one of them.
"""

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from c360_assets.cleaning.content_rules import contract_of, is_contract
from c360_assets.cleaning.reasons import ACCEPTED, MALFORMED_CONTRACT, MISSING_USER, UNPARSEABLE, USER_OF_MANY_CONTRACTS
from c360_assets.cleaning.search_rules import user_of
from c360_assets.reference.model import Reference

REASONS = (UNPARSEABLE, MALFORMED_CONTRACT, MISSING_USER, USER_OF_MANY_CONTRACTS)


def with_reason(links: DataFrame, reference: Reference) -> DataFrame:
    """The landed links with `reason`, the first rule that each breaks (or ACCEPTED), and `clean_contract` and `clean_user`."""
    contract = contract_of(F.col("contract"))
    well_formed = F.coalesce(is_contract(contract, reference), F.lit(False))
    first_reason = (
        F.when(F.col("unparsed").isNotNull(), UNPARSEABLE)
        .when(~well_formed, MALFORMED_CONTRACT)
        .when(user_of("user_id", reference.measures.null_markers).isNull(), MISSING_USER)
    )
    judged = (
        links.where(F.col("erased").isNull())
        .withColumn("clean_contract", contract)
        .withColumn("clean_user", user_of("user_id", reference.measures.null_markers))
        .withColumn("first_reason", first_reason)
    )
    users = (
        judged.where(F.col("first_reason").isNull())
        .groupBy(F.col("clean_user").alias("many_user"))
        .agg(F.min("clean_contract").alias("one"), F.max("clean_contract").alias("other"))
        .where(F.col("one") != F.col("other"))
        .select("many_user")
    )
    is_conflict = F.col("first_reason").isNull() & F.col("many_user").isNotNull()
    reason = F.coalesce("first_reason", F.when(is_conflict, USER_OF_MANY_CONTRACTS), F.lit(ACCEPTED))
    return judged.join(users, judged.clean_user == users.many_user, how="left").withColumn("reason", reason)
