"""What the policy texts say: guides, documents, the index over them, and answers with their citations."""
