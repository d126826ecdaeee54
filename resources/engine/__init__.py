"""The engine that runs transforms: its session, Sail or Apache Spark, and what each needs."""
