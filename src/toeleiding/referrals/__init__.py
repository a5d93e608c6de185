"""From the counsellor's desk to the employment service and back: explanation, support, referral, follow-up."""
