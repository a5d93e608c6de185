"""The screens of referrals: the agency's desk, the inbox of VDAB, the joint clients."""
